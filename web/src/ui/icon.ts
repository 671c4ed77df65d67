const size = 64;
const plain = '/mark.svg';
let drawing = 0;

/** The mark with a number on it, as the tab's icon; without one, the mark alone. */
export const drawIcon = async (count: number): Promise<void> => {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (!link) return;
  // The last one asked for wins, however long an earlier one takes.
  const own = ++drawing;
  if (count === 0) {
    link.type = 'image/svg+xml';
    link.href = plain;
    return;
  }
  const mark = new Image();
  mark.src = plain;
  await mark.decode();
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const brush = canvas.getContext('2d');
  if (!brush || own !== drawing) return;
  brush.drawImage(mark, 0, 0, size, size);
  const text = count > 99 ? '99+' : String(count);
  brush.font = `700 ${text.length > 2 ? 22 : 30}px system-ui, sans-serif`;
  const width = Math.max(36, brush.measureText(text).width + 16);
  brush.fillStyle = '#b3261e';
  brush.beginPath();
  brush.roundRect(size - width, 0, width, 36, 18);
  brush.fill();
  brush.fillStyle = '#fff';
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  brush.fillText(text, size - width / 2, 19);
  link.type = 'image/png';
  link.href = canvas.toDataURL('image/png');
};
