import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inferMood } from './infer.ts';

const read = (text: string): string => {
  const mood = inferMood(text);
  return `${mood?.value}${mood?.upset ? ' upset' : ''}${mood?.stuck ? ' stuck' : ''}`;
};

test('A polite Japanese letter is a plain one: its closing words, its "could I not" and its "in case" are no anger', () => {
  const letters = [
    'お世話になっております。先日注文したテーブルランプの納期を教えてください。失礼いたします。',
    '突然のご連絡失礼いたします。フロアランプの電球の型番をお尋ねしたく、ご連絡しました。',
    '失礼ですが、そちらの店舗は日曜日も営業していますか。',
    '領収書の宛名を会社名に変更できませんか。よろしくお願いいたします。',
    '取り付け方法が分かる資料があれば、送っていただけると嬉しいです。',
    '返品したい場合は、どうすればよいでしょうか。',
    'お時間のあるときに折り返してください。急ぎませんので、よろしくお願いします。',
    '最低何個から注文できますか。最高温度も教えてください。',
    '以前と同じシェードをまた同じ色で注文したいのですが、在庫はありますか。',
    'よかったら、ほかに違う色があるかどうかも教えてください。',
    '届きましたらこちらからご連絡いたします。二重ガラスのシェードを選びました。',
    '工事の責任者の山田と申します。設置の日程をご相談できますか。',
    '壊れやすい部品だけ、予備を購入できますか。',
    '上司への贈り物にしたいので、包装をお願いできますか。',
  ];
  const wrong = letters.filter((text) => read(text) !== '3').map((text) => `${read(text)}: ${text}`);
  assert.deepEqual(wrong, []);
});

test('What is meant in Japanese is still read: anger, being stuck, worry, thanks', () => {
  const letters: [string, string][] = [
    ['1 upset', '対応があまりに失礼です。責任者と話をさせてください。'],
    ['1 upset', 'こんな失礼な返事は初めてです。お金を返してください。'],
    ['1 upset', 'これで三回目の連絡です。まったく返事がありません。いい加減にしてください。'],
    ['2 stuck', 'パスワードを入れてもログインできません。'],
    ['2 stuck', '点灯しなくなり、どうすればいいのか分かりません。'],
    ['2', '注文した色と違う商品が届きました。'],
    ['2', 'まだ届いていないので、少し心配です。'],
    ['2', 'この明るさには満足していません。'],
    ['4', '無事に届きました。ありがとうございます。'],
    ['4', '今のところ問題ありません。'],
    ['4', '今は問題なく使えています。助かりました。'],
    ['5', '素晴らしい対応に感動しました。本当にありがとうございました。'],
  ];
  const wrong = letters
    .filter(([is, text]) => read(text) !== is)
    .map(([is, text]) => `${read(text)}, not ${is}: ${text}`);
  assert.deepEqual(wrong, []);
});
