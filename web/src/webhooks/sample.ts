/** For a receiver; the library is that of the standard, and there is one for most languages. */
export const sample = `import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.HEARTEN_WEBHOOK_SECRET);

app.post('/hearten', express.raw({ type: 'application/json' }), (request, response) => {
  let event;
  try {
    event = webhook.verify(request.body.toString('utf8'), request.headers);
  } catch {
    return response.status(401).end();
  }
  // The same webhook-id may come twice: do what it asks for once.
  console.log(request.headers['webhook-id'], event.type, event.data);
  response.status(204).end();
});`;
