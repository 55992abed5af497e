// libpng and libjpeg behind a small C API.
