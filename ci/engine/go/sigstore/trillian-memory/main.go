// Command trillian-memory serves a Trillian log from memory: log server, admin server and sequencer in one
// process, so that Rekor can be tested without a database. What it holds ends with it.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/google/trillian"
	"github.com/google/trillian/extension"
	"github.com/google/trillian/log"
	"github.com/google/trillian/quota"
	"github.com/google/trillian/server"
	"github.com/google/trillian/server/admin"
	"github.com/google/trillian/server/interceptor"
	"github.com/google/trillian/storage/memory"
	"github.com/google/trillian/util/clock"
	"google.golang.org/grpc"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: trillian-memory HOST:PORT")
		os.Exit(2)
	}
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(address string) error {
	trees := memory.NewTreeStorage()
	registry := extension.Registry{
		AdminStorage: memory.NewAdminStorage(trees),
		LogStorage:   memory.NewLogStorage(trees, nil),
		QuotaManager: quota.Noop(),
	}
	sequencer := log.NewOperationManager(log.OperationInfo{
		Registry:    registry,
		BatchSize:   50,
		NumWorkers:  1,
		RunInterval: 100 * time.Millisecond,
		TimeSource:  clock.System,
	}, log.NewSequencerManager(registry, 0))
	go sequencer.OperationLoop(context.Background())

	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	service := grpc.NewServer(grpc.UnaryInterceptor(interceptor.ErrorWrapper))
	trillian.RegisterTrillianAdminServer(service, admin.New(registry, nil))
	trillian.RegisterTrillianLogServer(service, server.NewTrillianLogRPCServer(registry, clock.System))
	return service.Serve(listener)
}
