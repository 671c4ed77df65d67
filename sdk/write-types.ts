import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, endpoints, webhookType } from '@hearten/contract';
import { z } from 'zod';

type Shape = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  items?: Shape;
  prefixItems?: Shape[];
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  propertyNames?: { enum?: string[] };
  required?: string[];
};
const named = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));
const plain: Record<string, string> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

/** A JSON Schema as the type it describes. */
function typeOf(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum) return shape.enum.map((one) => JSON.stringify(one)).join(' | ');
  const choices = shape.anyOf ?? shape.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' | ');
  if (shape.allOf) return shape.allOf.map((one) => `(${typeOf(one)})`).join(' & ');
  if (Array.isArray(shape.type)) return shape.type.map((one) => plain[one] ?? 'unknown').join(' | ');
  if (shape.type === 'array') return shape.items ? `(${typeOf(shape.items)})[]` : 'unknown[]';
  if (shape.type === 'object' || shape.properties) {
    const fields = Object.entries(shape.properties ?? {}).map(
      ([name, of]) => `${named(name)}${shape.required?.includes(name) ? '' : '?'}: ${typeOf(of)}`,
    );
    if (fields.length > 0) return `{ ${fields.join('; ')} }`;
    if (typeof shape.additionalProperties !== 'object') return 'Record<string, never>';
    const names = shape.propertyNames?.enum?.map((name) => JSON.stringify(name)).join(' | ');
    const of = `Record<${names ?? 'string'}, ${typeOf(shape.additionalProperties)}>`;
    return names && !shape.required?.length ? `Partial<${of}>` : of;
  }
  return plain[shape.type ?? ''] ?? 'unknown';
}
const printed = (of: z.ZodType, io: 'input' | 'output'): string =>
  typeOf(z.toJSONSchema(of, { io, unrepresentable: 'any' }) as Shape);

/** The types of every endpoint, as they stand in `sdk/src/api.ts`. */
export function api(): string {
  const lines = (Object.entries(endpoints) as [string, Endpoint][]).map(([key, of]) => {
    const parts = [
      ...(of.params ? [`params: ${printed(of.params, 'output')}`] : []),
      ...(of.query ? [`query: ${printed(of.query, 'input')}`] : []),
      ...(of.body ? [`body: ${printed(of.body, 'input')}`] : []),
      `reply: ${printed(of.reply, 'output')}`,
    ];
    return `  /** ${of.summary} */\n  '${key}': { ${parts.join('; ')} };`;
  });
  const secret = (Object.entries(endpoints) as [string, Endpoint][]).filter(([, of]) => of.secret).map(([key]) => key);
  return `// Written from the contract by \`npm run sdk\`; not by hand.

export type Endpoints = {
${lines.join('\n')}
};
export type Key = keyof Endpoints;
export type EventType = ${webhookType.options.map((type) => JSON.stringify(type)).join(' | ')};
/** What is answered once and never again: such a call is not repeated by itself. */
export const shownOnce: readonly string[] = ${JSON.stringify(secret)};
`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'src/api.ts'), api());
