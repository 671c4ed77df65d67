/** The emotions the classifier knows, grouped as by those who made the set (Demszky et al., GoEmotions, 2020). */
export const GROUPS = {
  positive: [
    'admiration',
    'amusement',
    'approval',
    'caring',
    'desire',
    'excitement',
    'gratitude',
    'joy',
    'love',
    'optimism',
    'pride',
    'relief',
  ],
  negative: [
    'anger',
    'annoyance',
    'disappointment',
    'disapproval',
    'disgust',
    'embarrassment',
    'fear',
    'grief',
    'nervousness',
    'remorse',
    'sadness',
  ],
  ambiguous: ['confusion', 'curiosity', 'realization', 'surprise'],
  neutral: ['neutral'],
} as const;

export type Group = keyof typeof GROUPS;
export type Emotion = (typeof GROUPS)[Group][number];

export const groups = Object.keys(GROUPS) as Group[];
export const emotions: readonly Emotion[] = groups.flatMap((group) => [...GROUPS[group]]);
/** What the model tells, in this order: first the groups, then each emotion. */
export const outputs: readonly (Group | Emotion)[] = [...groups.map((one) => one), ...emotions.slice(0, -1)];
export const groupOf = (emotion: string): Group | undefined =>
  groups.find((group) => (GROUPS[group] as readonly string[]).includes(emotion));
