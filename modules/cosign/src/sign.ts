import { signed, signedByOwn, signerAt } from "./existing.ts";
import { annotationFlag, signingFlags } from "./flags.ts";
import { attached, parseReference } from "./reference.ts";
import { refusal } from "./refusal.ts";
import { write } from "./run.ts";
import { checkSigner, type Settings } from "./settings.ts";
import { signingTool } from "./tool.ts";

/** The arguments of `Cosign.sign`. */
export interface SignRequest {
  readonly image: string;
  readonly annotations: readonly string[];
  readonly recursive: boolean;
  readonly stored: string;
}

/** See `Cosign.sign`. */
export async function signImage(
  settings: Settings,
  { image, annotations, recursive, stored }: SignRequest,
): Promise<string> {
  const reference = parseReference(image);
  checkSigner(settings);
  const claims = annotations.map(annotationFlag);
  const own = await signerAt(settings, reference, stored);
  const there = !recursive && own !== undefined && (await signed(settings, reference, own, claims, stored));
  if (!there) {
    const flags = [...signingFlags(settings), ...claims, ...(recursive ? ["--recursive"] : [])];
    const tool = await signingTool(settings, reference);
    const done = async () => !recursive && (await signedByOwn(settings, reference, claims));
    const ran = await write(tool, ["sign", ...flags, reference.image], settings.deadline, done);
    if (ran.exitCode !== 0) throw refusal("signing", reference, ran);
  }
  return attached(reference, "sig");
}
