/** Medians with spread, and chance. */

export interface Summary {
  readonly median: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  /** Bounds between which the true median lies in 95 of 100 runs, by order statistics. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

function sorted(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

/** @param fraction 0 to 1. */
export function quantile(ordered: readonly number[], fraction: number): number {
  const position = (ordered.length - 1) * fraction;
  const below = ordered[Math.floor(position)] ?? Number.NaN;
  const above = ordered[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function summarise(values: readonly number[]): Summary {
  const ordered = sorted(values);
  const { length } = ordered;
  // The number of values below the true median is binomial (n, 1/2); its normal approximation serves from a dozen values on.
  const half = (1.96 * Math.sqrt(length)) / 2;
  const at = (rank: number): number => ordered[Math.max(0, Math.min(length - 1, Math.round(rank)))] ?? Number.NaN;
  return {
    median: quantile(ordered, 0.5),
    lowerQuartile: quantile(ordered, 0.25),
    upperQuartile: quantile(ordered, 0.75),
    low: at(length / 2 - half - 0.5),
    high: at(length / 2 + half - 0.5),
    count: length,
  };
}

/** The same in an order of chance. */
export function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, order: Math.random() }))
    .sort((left, right) => left.order - right.order)
    .map(({ item }) => item);
}
