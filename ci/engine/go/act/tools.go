//go:build tools

// Package tools names the command that ci/engine/go-tool.ts builds.
package tools

import _ "github.com/nektos/act"
