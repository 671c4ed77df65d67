import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Endpoint, endpoints } from '@hearten/contract';
import { z } from 'zod';

/** What would be the time somebody took, or how much they did in it. */
const TIME =
  /handl(ing|ed|eTime)|median|ninetieth|percentile|average|duration|elapsed|took|^pace$|perHour|perDay|throughput|(^|[a-z])(seconds|minutes|hours)$/i;
/** Whose figure it would be. */
const PERSON = /^(by)?(person|people|author|assignee|agent|colleague|member|owner)s?(Id)?$/i;
/** By what a list would be ordered. */
const ORDER = /^(sort|order|orderBy|sortBy|rank|rankBy|by)$/i;

type Node = {
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
  allOf?: Node[];
  oneOf?: Node[];
  additionalProperties?: Node | boolean;
  enum?: unknown[];
  const?: unknown;
};
const shapeOf = (shape: z.ZodType | undefined): Node =>
  shape ? (z.toJSONSchema(shape, { unrepresentable: 'any', io: 'output' }) as Node) : {};
const inside = ({ items, anyOf, allOf, oneOf, additionalProperties: more }: Node): Node[] =>
  [items, ...(anyOf ?? []), ...(allOf ?? []), ...(oneOf ?? []), typeof more === 'object' ? more : undefined].filter(
    (one) => one !== undefined,
  );

/** Each time that stands with a person, or is told of one. */
function timesOfPeople(node: Node, personal: boolean, path: string): string[] {
  const own = Object.entries(node.properties ?? {});
  const named = personal || own.some(([name]) => PERSON.test(name));
  return [
    ...own.flatMap(([name, value]) => [
      ...(named && TIME.test(name) ? [`${path}.${name}`] : []),
      ...timesOfPeople(value, named, `${path}.${name}`),
    ]),
    ...inside(node).flatMap((one) => timesOfPeople(one, named, path)),
  ];
}
const values = (node: Node): string[] =>
  [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const]), ...inside(node).flatMap(values)].map(
    String,
  );
/** Each way to order a list that is a time or a person. */
const orders = (node: Node, path: string): string[] =>
  Object.entries(node.properties ?? {})
    .filter(([name]) => ORDER.test(name))
    .flatMap(([name, value]) =>
      values(value)
        .filter((one) => TIME.test(one) || PERSON.test(one))
        .map((one) => `${path}?${name}=${one}`),
    );

const rankings = (all: Record<string, Pick<Endpoint, 'reply' | 'query'>>): string[] =>
  Object.entries(all)
    .filter(([route]) => route.startsWith('GET '))
    .flatMap(([route, one]) => [
      ...timesOfPeople(shapeOf(one.reply), /\/(people|me)\b/.test(route), route),
      ...orders(shapeOf(one.query), route),
    ]);

test('Nobody is ranked by how long they take: no list or report tells a person’s time, and none is ordered by it', () => {
  assert.deepEqual(rankings(endpoints), []);
  const wait = z.object({ median: z.number().nullable() });
  // What this would look like, in each of the ways it could come.
  const bad = {
    'GET /speed': { reply: z.object({ byPerson: z.array(wait.extend({ personId: z.uuid() })) }) },
    'GET /reports/pace': {
      reply: z.object({
        items: z.array(z.object({ author: z.object({ name: z.string() }), handlingSeconds: z.number() })),
      }),
    },
    'GET /people/:id/speed': { reply: z.object({ whole: wait }) },
    'GET /people': { reply: z.object({}), query: z.object({ sort: z.enum(['name', 'handleTime']) }) },
  };
  for (const [route, one] of Object.entries(bad)) assert.notDeepEqual(rankings({ [route]: one }), [], route);
  assert.deepEqual(rankings({ 'GET /speed': { reply: z.object({ whole: wait, byChannel: z.array(wait) }) } }), []);
});
