export function readPo(file: string): Map<string, string>;
