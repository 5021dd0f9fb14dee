/** A workflow of GitHub Actions. */
export const workflow = /^\.github\/workflows\/[^/]+\.ya?ml$/;

/** An action of GitHub Actions. */
export const action = /(?:^|\/)action\.ya?ml$/;
