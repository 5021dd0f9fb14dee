// Command predicate-check holds a predicate in JSON against the shape that its specification publishes: no field that
// it does not know, and what it requires.
package main

import (
	"fmt"
	"io"
	"os"

	provenance "github.com/in-toto/attestation/go/predicates/provenance/v1"
	testresult "github.com/in-toto/attestation/go/predicates/test_result/v0"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// What is required beyond the fields' types, where the specification's own library knows it.
type validated interface{ Validate() error }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: predicate-check provenance|test-result <FILE")
		os.Exit(2)
	}
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(kind string) error {
	kinds := map[string]proto.Message{"provenance": &provenance.Provenance{}, "test-result": &testresult.TestResult{}}
	shape, known := kinds[kind]
	if !known {
		return fmt.Errorf("%s is no kind of predicate", kind)
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if err := protojson.Unmarshal(text, shape); err != nil {
		return err
	}
	if rules, some := shape.(validated); some {
		return rules.Validate()
	}
	return nil
}
