//go:build tools

// Package tools names the command that ci/engine/go-tool.ts builds.
package tools

import _ "github.com/argoproj/argo-cd/v3/cmd"
