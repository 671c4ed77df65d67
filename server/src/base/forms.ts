import type { FastifyInstance } from 'fastify';

/** What a form says in its fields, as browsers send them or as mail programs do (RFC 8058 asks them for multipart). */
export function fieldsOf(type: string, body: string): Record<string, string> {
  const [, boundary] = /^multipart\/form-data\b.*?\bboundary="?([^";,]{1,200})/i.exec(type) ?? [];
  if (boundary === undefined) return Object.fromEntries(new URLSearchParams(body));
  const fields = body.split(`--${boundary}`).flatMap((part) => {
    const [head = '', ...rest] = part.split(/\r?\n\r?\n/);
    const [, name] = /\bname="([^"]*)"/i.exec(head) ?? [];
    return name === undefined ? [] : [[name, rest.join('\n\n').replace(/\r?\n$/, '')] as const];
  });
  return Object.fromEntries(fields);
}

/** Pages without a script take forms and nothing else: whatever was sent, its fields are texts. */
export function takeForms(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  for (const kind of ['application/x-www-form-urlencoded', /^multipart\/form-data/])
    app.addContentTypeParser(kind, { parseAs: 'string', bodyLimit }, (request, body, done) =>
      done(null, fieldsOf(request.headers['content-type'] ?? '', String(body))),
    );
}
