# Patchwork: demo, test, build and install. `make demo` and `make test` are all a fresh Debian machine needs beside a
# Swift toolchain.

PACKAGES := libopenblas-dev libpng-dev libjpeg-dev libsqlite3-dev pkg-config
RELEASE := .build-release

.PHONY: all build demo example test lint dependencies install clean

all: build

# Installs the Debian packages that are missing; does nothing, and needs no rights, when all are there.
dependencies:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=""; else sudo=sudo; fi; \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi

# With the Swift libraries inside: the binary starts in two thirds of the time.
build: dependencies
	swift build -c release --static-swift-stdlib --scratch-path $(RELEASE) --product patchwork

# The whole tool at work on what it brings along; says at the end where the page is.
demo: build
	$(RELEASE)/release/patchwork demo --out patchwork-demo

# The page that Reports/example/ holds.
example: build
	$(RELEASE)/release/patchwork demo --out patchwork-demo
	mkdir -p Reports/example
	cp patchwork-demo/report.html patchwork-demo/report.json Reports/example/

# Builds and runs every test, and the engine's once more on the kernels for processors without AVX2. The engine is
# optimised in debug builds too.
test: dependencies lint
	swift test --disable-xctest
	PATCHWORK_PORTABLE_KERNELS=1 swift test --skip-build --disable-xctest --filter LayersTests

lint:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift

PREFIX ?= /usr/local
install: build
	install -D $(RELEASE)/release/patchwork $(DESTDIR)$(PREFIX)/bin/patchwork
	cd Sources/Models && find Zoo -type f -exec install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/patchwork/{} \;
	find Attacks -type f -exec install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/patchwork/{} \;

clean:
	rm -rf .build $(RELEASE)
