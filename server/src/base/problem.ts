import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefused, type Refusal } from './errors.ts';
import { accepted, inWords, type Said, say } from './words.ts';

const statusOf: Record<Refusal, number> = {
  invalid: 400,
  unauthorised: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-many': 429,
  unavailable: 503,
};
const titles: Record<number, Said> = {
  400: say('That could not be understood'),
  401: say('Not signed in'),
  403: say('Not allowed'),
  404: say('Not found'),
  405: say('Not possible here'),
  409: say('Not done'),
  413: say('Too large'),
  415: say('Wrong kind of content'),
  429: say('Too many requests'),
  500: say('Something went wrong here'),
  503: say('Not available right now'),
};

/** RFC 9457, in the language that was asked for. */
export function problem(
  reply: FastifyReply,
  status: number,
  detail: string | Said,
  more: { type?: string; [extra: string]: unknown } = {},
): FastifyReply {
  const { type, ...extra } = more;
  const language = accepted(reply.request.headers['accept-language']);
  return reply
    .code(status)
    .header('content-language', language)
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: type ? `/problems/${type}` : 'about:blank',
        title: inWords(titles[status] ?? say('Not done'), language),
        status,
        detail: inWords(detail, language),
        ...extra,
      }),
    );
}

/** Everything thrown becomes an answer here, and only here. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (isRefused(error)) {
    const language = accepted(request.headers['accept-language']);
    const { retryAfter, errors, type, extra } = error.detail;
    if (retryAfter) reply.header('retry-after', String(retryAfter));
    return problem(reply, statusOf[error.refusal], error.said, {
      ...(type ? { type } : {}),
      ...(errors?.length
        ? { errors: errors.map(({ path, message }) => ({ path, message: inWords(message, language) })) }
        : {}),
      ...extra,
    });
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status === 415) return problem(reply, 415, say('Send application/json.'));
  if (status === 413)
    return problem(
      reply,
      413,
      say(
        'This is larger than the {most} MB that are taken here. Nothing was stored; make it smaller or send less at once.',
        {
          most: Math.floor((request.routeOptions.bodyLimit ?? 0) / (1024 * 1024)),
        },
      ),
    );
  if (status >= 400 && status < 500)
    return problem(
      reply,
      status,
      (error as { code?: string }).code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
        ? say('The body is not valid JSON. Nothing was changed.')
        : say('This request could not be understood. Nothing was changed.'),
    );
  request.log.error({ error, requestId: request.id });
  return problem(
    reply,
    500,
    say(
      'Something went wrong on our side, and it is in the log under {id}. Nothing was changed; try again, and tell whoever runs this Hearten if it stays.',
      { id: request.id },
    ),
    { requestId: request.id },
  );
}
