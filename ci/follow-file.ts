import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/**
 * Passes on the text that is appended to a file from now on, until it is stopped. The file need not exist yet.
 *
 * @param file its path.
 * @param write gets the appended text, at least twice a second if there is any.
 */
export function followFile(file: string, write: (text: string) => void): { stop(): void } {
  let position = sizeOf(file);
  const look = () => {
    const size = sizeOf(file);
    if (size < position) position = 0;
    if (size === position) return;
    const buffer = Buffer.alloc(size - position);
    const opened = openSync(file, "r");
    readSync(opened, buffer, 0, buffer.length, position);
    closeSync(opened);
    position = size;
    write(buffer.toString());
  };
  const timer = setInterval(look, 500);
  return {
    stop: () => {
      clearInterval(timer);
      look();
    },
  };
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}
