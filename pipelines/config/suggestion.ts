/**
 * Finds the known word that an unknown one most likely stands for. It has the same letters in another spelling
 * (ignore-unfixed for ignoreUnfixed), or a few other letters. Returns undefined if no word is near.
 */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (word.length > 40) return undefined;
  const plain = plainly(word);
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(plain, plainly(candidate)) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  if (best === undefined) return undefined;
  const tolerated = Math.max(1, Math.floor(Math.min(plain.length, best.candidate.length) / 3));
  return best.distance <= tolerated ? best.candidate : undefined;
}

function plainly(word: string): string {
  return word.toLowerCase().replace(/[-_. ]/g, "");
}

/** The number of letters to add, drop, change or swap with their neighbor (optimal string alignment). */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const next = [row];
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = last;
    last = next;
  }
  return at(last, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
