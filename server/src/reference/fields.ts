import { escaped } from '../base/html.ts';

/** As much of JSON Schema as the contract says. */
export type Shape = {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  required?: string[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  default?: unknown;
};

const word = (value: unknown): string => `<code>${escaped(JSON.stringify(value) ?? '')}</code>`;
const choices = (shape: Shape): Shape[] => [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])];
const names: Record<string, string> = { 'date-time': 'time', uuid: 'id', email: 'address', uri: 'URL', date: 'day' };

/** What a field is, in few words. */
export function kindOf(shape: Shape): string {
  if (shape.const !== undefined) return word(shape.const);
  if (shape.enum) return shape.enum.map(word).join(' ');
  const of = choices(shape);
  if (of.length > 0) return [...new Set(of.map(kindOf))].join(' or ');
  if (Array.isArray(shape.type)) return shape.type.join(' or ');
  if (shape.type === 'array') return `list of ${shape.items ? kindOf(shape.items) : 'anything'}`;
  if (shape.type === 'string' && shape.format && names[shape.format]) return names[shape.format] as string;
  return shape.type === 'string' ? 'text' : shape.type === 'integer' ? 'whole number' : (shape.type ?? 'anything');
}

function bounds(shape: Shape): string {
  const { minLength, maxLength, minimum, maximum, minItems, maxItems } = shape;
  const range = (least: number | undefined, most: number | undefined, of: string): string =>
    most !== undefined && most < 1e15
      ? `${least ? `${least} to ${most}` : `up to ${most}`}${of}`
      : least && least > 1
        ? `${least}${of} or more`
        : '';
  return [
    shape.type === 'string' && !['date-time', 'uuid'].includes(shape.format ?? '')
      ? range(minLength, maxLength, ' letters')
      : '',
    range(minimum, maximum, ''),
    range(minItems, maxItems, ' of them'),
    shape.default === undefined ? '' : `else ${word(shape.default)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** The objects within: of a list, of each choice. */
function inner(shape: Shape): Shape[] {
  if (shape.properties) return [shape];
  if (shape.items) return inner(shape.items);
  if (typeof shape.additionalProperties === 'object') return inner(shape.additionalProperties);
  return choices(shape).flatMap(inner);
}

const MOST = 4; // how deep fields are shown: further in, the example shows them
/** The fields of an object, each with what it is; what holds more is folded. */
export function fieldsOf(shape: Shape, depth = 0): string {
  const objects = inner(shape);
  if (objects.length > 1)
    return objects.map((one) => `<div class="choice">${fieldsOf(one, depth)}</div>`).join('<p class="or">or</p>');
  const [object] = objects;
  if (!object?.properties || Object.keys(object.properties).length === 0) return '';
  const rows = Object.entries(object.properties).map(([name, field]) => {
    const needed = object.required?.includes(name) ? '' : '<i>optional</i>';
    const says = bounds(field);
    const line = `<code class="name">${escaped(name)}</code> <span class="kind">${kindOf(field)}</span> ${needed}${says ? ` <span class="bounds">${says}</span>` : ''}`;
    const more = depth < MOST ? fieldsOf(field, depth + 1) : '';
    return `<li>${more ? `<details><summary>${line}</summary>${more}</details>` : line}</li>`;
  });
  return `<ul class="fields">${rows.join('')}</ul>`;
}
