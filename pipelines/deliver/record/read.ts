import type { Container } from "@dagger.io/dagger";
import type { GitopsRepository } from "../repository.ts";
import { assertWhole, checkRecord, noRecord, type ReadRecord } from "./chain.ts";

/** Reads the record, unless slipway.yaml switches it off: then nothing is on it. @throws RECORD_BROKEN */
export async function wholeRecord(repository: GitopsRepository): Promise<ReadRecord> {
  if (!repository.config.record) return noRecord;
  const record = await readRecord(repository);
  assertWhole(record, repository.url);
  return record;
}

/** Reads and checks the record of a GitOps repository. @throws the errors of the repository. */
export async function readRecord({
  gitops,
  checkout,
  branch,
}: Pick<GitopsRepository, "gitops" | "checkout" | "branch">): Promise<ReadRecord> {
  const read = await gitops.record(checkout);
  const [outcome] = (await read.stdout()).split("\n");
  if (outcome !== "done") return noRecordBut(await report(read, "anchors"), branch);
  const [tree, entries, changed, anchors] = await Promise.all(
    ["tree", "entries", "changed", "anchors"].map((name) => report(read, name)),
  );
  return checkRecord(
    {
      tree: Buffer.from(tree ?? "", "base64"),
      entries: Buffer.from(entries ?? "", "base64"),
      changed: changed ?? "",
      anchors: anchors ?? "",
    },
    branch,
  );
}

/** No record is well, unless commits name entries. */
function noRecordBut(anchors: string, branch: string): ReadRecord {
  const empty = Buffer.alloc(0);
  return checkRecord({ tree: empty, entries: empty, changed: "", anchors }, branch);
}

function report(read: Container, name: string): Promise<string> {
  return read.file(`/reports/${name}`).contents();
}
