import { setImages } from "#modules/kustomize/src/edit.ts";
import { parseKustomization } from "#modules/kustomize/src/kustomization.ts";
import { parseRequests } from "#modules/kustomize/src/reference.ts";

export const oldDigest = `sha256:${"a".repeat(64)}`;
export const newDigest = `sha256:${"b".repeat(64)}`;

/** The text of a kustomization file after images were set in it. */
export function edited(text: string, images: readonly string[], replaceDigest = false): string {
  return setImages(parseKustomization("k/kustomization.yaml", text), parseRequests(images), replaceDigest)
    .text;
}

/** The code that an error's message begins with; fails when nothing is thrown. */
export async function codeOf(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return /^([A-Z_]+): .+\.$/s.exec(message)?.[1] ?? message;
  }
  return "nothing was thrown";
}
