import { escaped } from '../base/html.ts';
import { type Example, readExamples } from '../base/openapi.ts';
import { beginning } from './beginning.ts';
import { fieldsOf, kindOf, type Shape } from './fields.ts';

type Content = Record<string, { schema?: Shape; example?: unknown }>;
type Operation = {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: { name?: string; in?: string; required?: boolean; schema?: Shape }[];
  requestBody?: { content: Content };
  responses: Record<string, { description?: string; content?: Content; $ref?: string }>;
};
export type Document = {
  info: { version: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, { description: string }> };
};
type Entry = { method: string; path: string; of: Operation; example?: Example | undefined };

const json = (value: unknown): string => escaped(JSON.stringify(value, null, 2) ?? '');
const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const folded = (title: string, text: string): string =>
  text ? `<details class="more"><summary>${title}</summary>${text}</details>` : '';
const code = (title: string, text: string): string =>
  `<figure><figcaption>${title}<button type="button" class="copy" hidden>Copy</button></figcaption><pre tabindex="0"><code>${text}</code></pre></figure>`;

/** The request as one would type it. */
function asked({ method, example }: Entry, base: string): string {
  if (!example) return '';
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${shell(base.replace(/\/api\/v1$/, '') + example.path)}`,
    ...(example.by === 'key' ? ['-H "Authorization: Bearer $KEY"'] : []),
    ...(example.by === 'session' ? ["-H 'Cookie: …' -H 'X-CSRF-Token: …'"] : []),
    ...(example.body === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d ${shell(JSON.stringify(example.body))}`]),
  ];
  return escaped(lines.join(' \\\n  '));
}

function parametersOf(where: string, { parameters = [] }: Operation): string {
  const mine = parameters.filter((one) => one.in === where);
  if (mine.length === 0) return '';
  const shape: Shape = {
    properties: Object.fromEntries(mine.map(({ name = '', schema = {} }) => [name, schema])),
    required: mine.filter((one) => one.required).map(({ name = '' }) => name),
  };
  return `<h4>${where === 'path' ? 'In the address' : 'Query'}</h4>${fieldsOf(shape)}`;
}

function article(entry: Entry, document: Document): string {
  const { method, path, of } = entry;
  const good = Object.entries(of.responses).find(([status]) => status.startsWith('2'));
  const answer = Object.values(good?.[1].content ?? {})[0]?.schema;
  const refusals = Object.keys(of.responses)
    .filter((status) => Number(status) >= 400)
    .map(
      (status) =>
        `<li><b>${status}</b> ${escaped(document.components.responses[`Problem${status}`]?.description ?? '')}</li>`,
    );
  const body = Object.entries(of.requestBody?.content ?? {})[0];
  const bodyFields = body?.[1].schema ? fieldsOf(body[1].schema) : '';
  const { example } = entry;
  return `<article id="${of.operationId}" data-words="${escaped(`${method} ${path} ${of.summary} ${of.tags.join(' ')}`.toLowerCase())}">
<h3><a class="self" href="#${of.operationId}">${escaped(of.summary)}</a></h3>
<p class="at"><b class="m ${method.toLowerCase()}">${method}</b> <code>/api/v1${escaped(path)}</code></p>
<p class="scope">${escaped(of.description).replace(/`([^`]+)`/g, '<code>$1</code>')}</p>
<div class="two"><div>${parametersOf('path', of)}${parametersOf('query', of)}${
    body ? `<h4>Body${bodyFields ? '' : `: ${escaped(body[0])}`}</h4>${bodyFields}` : ''
  }${folded(`Answer ${good?.[0] ?? ''}`, answer ? fieldsOf(answer) || `<p>${kindOf(answer)}</p>` : '')}${folded('Refused with', `<ul class="fields">${refusals.join('')}</ul>`)}</div>
<div>${example ? `${code('Asked', asked(entry, document.servers[0]?.url ?? ''))}${code(`Answered ${example.status}`, json(example.answer))}` : ''}</div></div>
</article>`;
}

/** The whole reference as one page: it can be searched, printed and kept. */
export function page(document: Document): string {
  const examples = readExamples();
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, of]): Entry => {
      const key = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`;
      return { method: method.toUpperCase(), path, of, example: examples[key] };
    }),
  );
  const chapters = document.tags
    .map((tag) => ({ ...tag, mine: entries.filter(({ of }) => of.tags.includes(tag.name)) }))
    .filter(({ mine }) => mine.length > 0);
  const id = (name: string): string => `chapter-${name.toLowerCase().replace(/\W+/g, '-')}`;
  const nav = chapters
    .map(
      ({ name, mine }) =>
        `<li><a class="chapter" href="#${id(name)}">${name}</a><ul>${mine
          .map(
            ({ method, path, of }) =>
              `<li data-for="${of.operationId}"><a class="to" href="#${of.operationId}" title="${escaped(of.summary)}"><b class="m ${method.toLowerCase()}">${method}</b> <span>${escaped(path)}</span></a></li>`,
          )
          .join('')}</ul></li>`,
    )
    .join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Hearten API</title>
<link rel="icon" href="/mark.svg"><link rel="stylesheet" href="/docs/reference.css"><script src="/docs/reference.js" defer></script></head>
<body><a class="skip" href="#begin">To the text</a>
<header><a class="brand" href="#begin">Hearten <small>API ${escaped(document.info.version)}</small></a>
<search><label for="find">Search the API</label><input id="find" type="search" placeholder="Search" autocomplete="off" spellcheck="false"><kbd>/</kbd></search>
<button type="button" id="chapters" aria-expanded="false" aria-controls="nav">Chapters</button></header>
<nav id="nav" aria-label="Chapters"><ul><li><a class="chapter" href="#begin">To begin</a></li>${nav}</ul></nav>
<main><h1>The Hearten API</h1><p id="found" role="status"></p><section id="begin">${beginning(document.servers[0]?.url ?? '')}</section>
${chapters
  .map(
    ({ name, description, mine }) =>
      `<section id="${id(name)}"><h2>${name}</h2><p class="lead">${escaped(description)}</p>${mine.map((entry) => article(entry, document)).join('')}</section>`,
  )
  .join('')}</main></body></html>`;
}
