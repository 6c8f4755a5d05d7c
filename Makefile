# The commands of the project. `make run` and `make test` are all a newcomer needs.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

WITHPG := go run ./internal/kit/embeddedpg/withpg --
GO_PACKAGES = ./...

# The linter takes minutes to build, so its binary is kept, by version.
LINT_VERSION := $(shell awk '/golangci-lint\/v2 v/ {print $$2}' tools/go.mod)
LINT := .cache/tools/golangci-lint-$(LINT_VERSION)

.PHONY: help run test build web postgres lint lint-go lint-tool lint-tool-path bench soak generate fmt clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: build postgres ## Build what changed and serve on http://localhost:8000
	@exec bin/smoothschedule serve

test: ## Run every test: Go, front end, browser; installs what is missing
	@./tools/test

build: web ## Write bin/smoothschedule, the one file that runs anywhere
	@./tools/need go git
	@mkdir -p bin
	@[ -x bin/smoothschedule ] || echo '==> building bin/smoothschedule'
	@CGO_ENABLED=0 go build -trimpath -o bin/smoothschedule ./cmd/smoothschedule

web: ## Build the web application into web/dist when it changed
	@./tools/web-build

postgres: ## Get PostgreSQL's programs for the embedded server
	@./tools/postgres/install

lint: lint-go ## Run the linters of both languages
	@./tools/web-deps
	@npm --prefix web run --silent lint

lint-go: $(LINT)
	@$(LINT) run

lint-tool: $(LINT)
	@:

lint-tool-path:
	@echo $(LINT)

$(LINT):
	@./tools/need go
	@echo '==> building golangci-lint $(LINT_VERSION) (a few minutes, the first time only)'
	@go build -modfile=tools/go.mod -o $(LINT) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

bench: postgres ## Run the benchmarks on a throwaway PostgreSQL
	@$(WITHPG) go test -run '^$$' -bench . -benchmem $(GO_PACKAGES)

soak: postgres ## Contend for few starts, then compare the calendar engine with its oracle, for up to an hour
	@SS_TEST_SOAK=1 $(WITHPG) go test -race ./internal/app -run TestContendedBookings -count=1
	@go test ./internal/scheduling/calendar -run 'Oracle|Agree' -rapid.checks=100000 -timeout 60m

generate: ## Write api/openapi.yaml from the code and the front end's types from it
	@./tools/web-deps
	@go run ./cmd/smoothschedule openapi >.cache/openapi.yaml
	@mkdir -p api && mv .cache/openapi.yaml api/openapi.yaml
	@npm --prefix web run --silent generate

fmt: $(LINT) ## Format the code of both languages
	@./tools/web-deps
	@$(LINT) fmt
	@npm --prefix web run --silent format

clean: ## Remove what was built and downloaded; var/, the data, stays
	@rm -rf bin .cache web/node_modules
	@find web/dist -mindepth 1 -not -name .keep -delete
