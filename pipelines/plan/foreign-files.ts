/** Files that make a folder a project of another language, with `*`. */
export const foreignFiles: readonly string[] = [
  "package.json",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "build.sbt",
  "go.mod",
  "Cargo.toml",
  "Gemfile",
  "composer.json",
  "mix.exs",
  "pubspec.yaml",
  "Package.swift",
  "*.csproj",
  "*.fsproj",
  "*.vbproj",
];
