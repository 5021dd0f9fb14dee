/** A secret in every guise in which it could have got somewhere. */
export function guises(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    ...new Set([
      secret,
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("hex"),
      encodeURIComponent(secret),
    ]),
  ];
}
