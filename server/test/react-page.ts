import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './fleet.ts';

/** A shop's own program with React, strict and in development, where each effect happens twice; bundled as a shop would, the package found by its name. */
export async function reactPage(desk: string, appId: string): Promise<string> {
  const program = `
    import { createElement as h, StrictMode, useState } from 'react';
    import { createRoot } from 'react-dom/client';
    import { show, shutdown } from '@hearten/widget';
    import { HeartenProvider, useHearten } from '@hearten/widget/react';

    function Help() {
      const { open, unread } = useHearten();
      return h('button', { id: 'help', 'aria-expanded': open, onClick: () => show() }, 'Help ' + unread);
    }
    function Shop() {
      const [there, setThere] = useState(true);
      const [locale, setLocale] = useState('de');
      Object.assign(window, { toggle: () => setThere((now) => !now), speak: setLocale, signOut: shutdown });
      const chat = { desk: ${JSON.stringify(desk)}, app_id: ${JSON.stringify(appId)}, locale };
      return there ? h(HeartenProvider, chat, h(Help)) : h('p', null, 'Nothing here');
    }
    createRoot(document.getElementById('root')).render(h(StrictMode, null, h(Shop)));`;
  const at = join(root, 'widget', 'shop-page.js');
  const bundle = await rolldown({
    input: at,
    platform: 'browser',
    logLevel: 'silent', // what it can't do it throws
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === at ? id : null),
        load: (id) => (id === at ? program : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: 'iife' });
  await bundle.close();
  return output[0].code;
}
