import { after, before, describe, it } from 'node:test';
import { dovecot, hasDovecot } from '../mail.ts';
import { testRoom } from '../room.ts';
import { type Intake, madeAnew, outage, parallel, poison } from './intake.ts';

const seed = Number(process.env.SEED ?? 6);

describe('Intake', { skip: hasDovecot ? false : 'dovecot is not installed' }, () => {
  let intake: Intake;
  before(async () => {
    intake = { server: await dovecot(), room: await testRoom() };
  });
  after(async () => {
    await intake?.room.close();
    await intake?.server.stop();
  });
  it('A02: four processes fetch one mailbox, and each mail is here once', () => parallel(intake, 150));
  it('A05: a folder that is made anew with the same mails brings nothing and sends nothing', () =>
    madeAnew(intake, 60));
  it(`A06: what came in three days without us is here in the order it came, whatever its dates say (seed ${seed})`, () =>
    outage(intake, 60, seed));
  it('A08: broken mails stand aside where people see them, hold nothing up and are not fetched again', () =>
    poison(intake, 15));
});
