import type { z } from "zod";

import type { Fixed } from "#pipelines/text/fixed.ts";
import type { schema } from "./schema.ts";

/** slipway.yaml as the pipelines use it: complete, checked, durations in seconds, paths in their shortest form. */
export type Config = Fixed<z.output<typeof schema>>;

/** One entry of `services`. */
export type Service = NonNullable<Config["services"]>[string];

/** The settings for a service's tests. */
export type Test = Exclude<Service["test"], false>;

/** One suite of a service's tests: the settings beside `suites`, replaced by those of the suite itself. */
export type Suite = Omit<Test, "suites"> & { readonly name?: string };

/** A container that tests need, by the host name under which they reach it. */
export type TestContainer = Suite["containers"][string];

/** The settings for a service's image. */
export type Image = Exclude<NonNullable<Service["image"]>, false>;

/** The requirements of the verdict. */
export type Gates = Config["gates"];

/** The settings for the scans of the source and the images. */
export type Scan = Config["scan"];

/** The settings for the manifests that kustomize and Helm render. */
export type Manifests = Exclude<Config["manifests"], false>;

/** The settings for the files of the repository that are not code of a service. */
export type Files = Exclude<Config["files"], false>;
/** The settings for a single Helm chart. */
export type ChartSettings = Manifests["charts"][number];

/** The settings for OpenTofu and Terraform configurations. */
export type InfrastructureSettings = Exclude<Config["infrastructure"], false>;

/** The licenses that the packages of the images may have. */
export type Licenses = Config["licenses"];

/** An environment of a GitOps repository. */
export type EnvironmentSettings = NonNullable<Config["environments"]>[string];

/** Images that replace the pinned ones. */
export type Tools = Config["tools"];
