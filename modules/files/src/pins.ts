/** The versions of the tools, and the images that they run in or come from. Pinned here only. */
export const pins = {
  image: "python:3.13-slim",
  uv: "ghcr.io/astral-sh/uv:0.13.8",
  actionlint: "rhysd/actionlint:1.7.12",
  shellcheck: "0.11.0.1",
  hadolint: "2.15.1",
  zizmor: "1.32.0",
  yamllint: "1.38.0",
};
