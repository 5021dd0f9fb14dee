import type { z } from "zod";

import type { Fixed } from "#pipelines/text/fixed.ts";
import type { schema } from "./schema.ts";

/** slipway.yaml as the pipelines take it: complete, checked, durations in seconds, paths in their shortest form. */
export type Config = Fixed<z.output<typeof schema>>;

/** One entry of `services`. */
export type Service = NonNullable<Config["services"]>[string];

/** How a service's tests are run. */
export type Test = Exclude<Service["test"], false>;

/** One suite of a service's tests: what is said beside `suites`, with what the suite says itself in its place. */
export type Suite = Omit<Test, "suites"> & { readonly name?: string };

/** A container that tests need, by the host name they reach it by. */
export type TestContainer = Suite["containers"][string];

/** How a service's image is built. */
export type Image = Exclude<NonNullable<Service["image"]>, false>;

/** What the verdict asks for. */
export type Gates = Config["gates"];

/** How the source and the images are scanned. */
export type Scan = Config["scan"];

/** How the manifests that kustomize and Helm render are checked. */
export type Manifests = Exclude<Config["manifests"], false>;

/** How the files of the repository that are no code of a service are checked. */
export type Files = Exclude<Config["files"], false>;
/** How a single Helm chart is rendered. */
export type ChartSettings = Manifests["charts"][number];

/** How OpenTofu and Terraform configurations are checked. */
export type InfrastructureSettings = Exclude<Config["infrastructure"], false>;

/** Which licenses the packages of the images may have. */
export type Licenses = Config["licenses"];

/** Images that take the place of the pinned ones. */
export type Tools = Config["tools"];
