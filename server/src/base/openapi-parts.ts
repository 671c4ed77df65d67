import { z } from 'zod';

export type Schema = Record<string, unknown>;
/** The JSON Schema of what is sent or comes back. */
export const schemaOf = (shape: z.ZodType, io: 'input' | 'output'): Schema => {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(shape, {
    io,
    unrepresentable: 'any',
    // A record of known names is an object with these: readers and tools know that better than names that must match.
    override: ({ jsonSchema }) => {
      const names = (jsonSchema.propertyNames as { enum?: string[] } | undefined)?.enum;
      if (!names) return;
      jsonSchema.properties = Object.fromEntries(names.map((name) => [name, jsonSchema.additionalProperties ?? {}]));
      jsonSchema.additionalProperties = false;
      delete jsonSchema.propertyNames;
    },
  }) as Schema;
  return schema;
};
/** The ways to refuse, by reference. */
export const answers = (statuses: number[]): Schema =>
  Object.fromEntries(statuses.map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]));
