/** Two soft notes, made here: no file, nothing to load. A tab plays what no other tab of this browser is playing. */
export async function ring(id: string): Promise<void> {
  // Without a word with the page a browser lets nothing be heard; the next one is.
  const play = async (): Promise<void> => {
    const audio = new AudioContext();
    if (audio.state === 'suspended') return void (await audio.close());
    const from = audio.currentTime;
    for (const [n, pitch] of [659.25, 880].entries()) {
      const [tone, volume] = [audio.createOscillator(), audio.createGain()];
      const at = from + n * 0.14;
      tone.type = 'sine';
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.12, at + 0.015);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.38);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    }
    await new Promise((done) => setTimeout(done, 800));
    await audio.close();
  };
  if (!navigator.locks) return play();
  await navigator.locks.request(`hearten-sound-${id}`, { ifAvailable: true }, async (mine) => {
    if (mine) await play();
  });
}
