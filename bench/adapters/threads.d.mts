export function thread(messages: readonly Buffer[]): Promise<number[][]>;
