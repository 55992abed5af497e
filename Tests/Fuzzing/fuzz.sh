#!/bin/sh
# Coverage-guided fuzzing of one reader: Tests/Fuzzing/fuzz.sh READER [SECONDS], from the package's folder.
# Cases and findings stay below .build-fuzz, beside the build. Needs clang's libFuzzer, which Swift's toolchain has.
set -eu
reader=$1
seconds=${2:-600}
folder=.build-fuzz/cases/$reader
archive=$(clang -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$archive" ] || { echo "expected libFuzzer at $archive, found none; install clang's runtime" >&2; exit 1; }

PATCHWORK_FUZZER=$archive swift build --scratch-path .build-fuzz --product reader-fuzzer
binary=$(PATCHWORK_FUZZER=$archive swift build --scratch-path .build-fuzz --show-bin-path)/reader-fuzzer

mkdir -p "$folder" .build-fuzz/findings
case $reader in
  safetensors) cp Tests/CheckpointsTests/Golden/*.safetensors "$folder" ;;
  torch-zip) cp Tests/CheckpointsTests/Golden/*-zip.pth "$folder" ;;
  torch-legacy) cp Tests/CheckpointsTests/Golden/*-legacy.pth "$folder" ;;
  onnx) cp Tests/ModelsTests/Golden/onnx/*.onnx "$folder" ;;
  picture) cp Tests/ImagingTests/Golden/pictures/* "$folder" ;;
  card)
    printf '%s' '{"name":"n","architecture":"onnx","weights":"w.onnx","classes":["a","b"],"class_names":["x","y"],"preprocessing":{"resize_shorter_side":112,"center_crop":96,"interpolation":"bilinear","mean":[0.4,0.4,0.4],"std":[0.2,0.2,0.2]},"top1":0.5}' > "$folder/card.json" ;;
esac

# A case is at most 64 KiB; the limit on memory is what the process itself takes and 64 MiB. LeakSanitizer is not
# part of the build.
SWIFT_BACKTRACE=enable=no exec "$binary" "$reader" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
  -rss_limit_mb="${RSS_LIMIT_MB:-512}" -detect_leaks=0 -print_final_stats=1 \
  -artifact_prefix=.build-fuzz/findings/"$reader"- "$folder"
