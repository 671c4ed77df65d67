/** One thing looked at: well, worth a thought, or wrong. */
export type Finding = { how: 'well' | 'advice' | 'wrong'; text: string };
