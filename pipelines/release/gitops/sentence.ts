import type { UpdateOrder } from "./order.ts";

/** One sentence for people: the present image of each place, and the images that a newer release keeps. */
export function sentence(verb: string, order: UpdateOrder): string {
  const names = [...new Set(order.wanted.map(({ image, place }) => `${place} ${verb} ${image.digest}`))];
  return [names.join(", "), ...(order.newer.length > 0 ? [kept(order)] : [])].join("; ");
}

/** The images that a newer release keeps. */
export function kept({ newer }: UpdateOrder): string {
  return newer
    .map(
      ({ wanted, earlier }) =>
        `${wanted.place} keeps the image that ${earlier.commit} set from the newer source ${earlier.source.commit} of ${earlier.source.time.toISOString()}`,
    )
    .join("; ");
}
