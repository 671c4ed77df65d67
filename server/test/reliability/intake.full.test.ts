import { after, before, describe, it } from 'node:test';
import { dovecot, hasDovecot } from '../mail.ts';
import { testRoom } from '../room.ts';
import { type Intake, madeAnew, outage, parallel, poison } from './intake.ts';

const seeds = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3];

describe('Intake in full', { skip: hasDovecot ? false : 'dovecot is not installed' }, () => {
  let intake: Intake;
  before(async () => {
    intake = { server: await dovecot(), room: await testRoom() };
  });
  after(async () => {
    await intake?.room.close();
    await intake?.server.stop();
  });
  it('A02: four processes fetch 500 mails, and each is here once', () => parallel(intake, 500));
  it('A05: a folder of 1,000 mails that is made anew brings nothing and sends nothing', () => madeAnew(intake, 1000));
  for (const seed of seeds)
    it(`A06: 3,000 mails of three days are here in the order they came (seed ${seed})`, async () => {
      const own = { server: intake.server, room: await testRoom() };
      try {
        await outage(own, 3000, seed, `outage${seed}`);
      } finally {
        await own.room.close();
      }
    });
  it('A08: ten broken mails of a hundred are fetched once in a hundred looks', () => poison(intake, 100));
});
