# What a newcomer types. Everything else is in package.json's scripts.

.PHONY: demo demo-up test test-keycloak build bench

## The scenario, step by step; KEYCLOAK=1: on a real Keycloak.
demo:
	@bash scripts/setup.sh demo
	@npx --no-install tsx scripts/build.ts >/dev/null
	@npx --no-install tsx demo/run.ts

## The same, left running until Ctrl-C.
demo-up:
	@bash scripts/setup.sh demo
	@npx --no-install tsx scripts/build.ts >/dev/null
	@npx --no-install tsx demo/run.ts --up

## Build, lint, specs, end-to-end tests, Keycloak and the demo.
test:
	@bash scripts/test.sh

## The part of it that needs a real Keycloak (Java 17 or newer).
test-keycloak:
	@bash scripts/setup.sh test
	@npx --no-install tsx scripts/build.ts >/dev/null
	@npx --no-install vitest run --project keycloak

build:
	@npx --no-install tsx scripts/build.ts

bench:
	@bash scripts/setup.sh test
	@npx --no-install tsx scripts/build.ts >/dev/null
	@npx --no-install tsx bench/run.ts
