import { z } from "zod";

import { imagePattern, longestImage } from "./image-name.ts";
import { argument, environment, list, section, text } from "./leaf.ts";

const port = z
  .number({ error: "a port from 1 to 65535" })
  .int("a port from 1 to 65535")
  .min(1, "a port from 1 to 65535")
  .max(65_535, "a port from 1 to 65535");

/** A port of a container, and the port of localhost that leads to it. */
export interface ContainerPort {
  readonly local: number;
  readonly port: number;
}

const number = "(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])";
const somePort = "a port from 1 to 65535, or LOCAL:PORT as in 5433:5432";
const otherPort = text(somePort, new RegExp(`^${number}:${number}$`));

/** A container that tests need: a database, a queue. */
export const container = section({
  image: text("an image name, as in postgres:15", imagePattern, longestImage).describe(
    "The image, as docker pull accepts it.",
  ),
  port: port
    .optional()
    .describe("The port it listens on; the tests start once it is open. localhost has it too."),
  ports: list(z.union([port, otherPort], { error: somePort }), "a list of ports")
    .min(1, "at least one port")
    .optional()
    .describe(
      "Several ports, in place of `port`; as LOCAL:PORT where localhost has another one, as in 5433:5432.",
    ),
  ready: text("a path that begins with /", /^\/[!-~]*$/)
    .optional()
    .describe(
      "An HTTP path on the first port. The container is ready when the path answers with a status below 400; default: when its ports are open.",
    ),
  args: list(argument, "a list of arguments")
    .prefault([])
    .describe(
      "The command, one argument per item. It replaces the image's own command; the entrypoint stays.",
    ),
  env: environment
    .prefault({})
    .describe("Environment variables for the container. No secrets: this file is in git."),
})
  .refine((value) => value.port !== undefined || value.ports !== undefined, {
    error: "either port or ports",
    path: ["port"],
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .refine((value) => value.port === undefined || value.ports === undefined, {
    error: "either port or ports, not both",
    path: ["ports"],
    when: ({ value }) => typeof value === "object" && value !== null,
  })
  .meta({ oneOf: [{ required: ["port"] }, { required: ["ports"] }] })
  .transform(({ port, ports, ...rest }) => ({
    ...rest,
    ports: (ports ?? (port === undefined ? [] : [port])).map(portOf),
  }));

function portOf(written: number | string): ContainerPort {
  const [local, port] = String(written).split(":").map(Number);
  return { local: local ?? 0, port: port ?? local ?? 0 };
}
