import Testing

/// Everything that runs the built binary, one run after another: the machine's processors are the runs' own.
@Suite(.serialized, .timeLimit(.minutes(10)))
enum CommandLineTests {}
