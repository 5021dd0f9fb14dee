import { codedError, shown } from "./errors.ts";

const form = /^([^<>\p{Cc}]*[^<>\p{Cc}\s])\s*<([^<>\p{Cc}\s]+)>$/u;

export interface Author {
  readonly name: string;
  readonly email: string;
}

/** Reads NAME <EMAIL>. Fails with ARGUMENT_INVALID on any other form, which git would change into another name. */
export function parseAuthor(text: string): Author {
  const [, name, email] = form.exec(text.trim()) ?? [];
  if (name !== undefined && email !== undefined) return { name, email };
  throw codedError(
    "ARGUMENT_INVALID",
    `author: ${shown(text)} is not an author`,
    "Set it to NAME <EMAIL>, on one line.",
  );
}
