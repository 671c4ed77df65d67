import '@fontsource-variable/figtree/index.css';
import './ui/tokens.css';
import './ui/components.css';
import './ui/app.css';
import './ui/pages.css';
import './ui/widths.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { trust } from './api.ts';
import { onFocus, onKey } from './keys/manager.ts';
import { t } from './language/index.ts';
import { restore } from './offline/kept.ts';
import { LeavingDialog } from './offline/LeavingDialog.tsx';
import { makeClient, makeRouter } from './router.tsx';
import { AgainLater } from './setup/AgainLater.tsx';
import { ProofLater } from './setup/ProofLater.tsx';
import { colourFrame } from './ui/colour.ts';
import { paint } from './ui/theme.ts';
import { Toasts } from './ui/toast.tsx';

paint();
const client = makeClient();
// What this device has kept is there before the first screen asks; a store that doesn't answer holds nothing up.
await Promise.race([restore(client, trust).catch(() => undefined), new Promise((done) => setTimeout(done, 500))]);
const router = makeRouter(client);
colourFrame();
addEventListener('keydown', onKey);
addEventListener('focusin', onFocus);

document.getElementById('menus')?.setAttribute('aria-label', t('Menus'));
const root = document.getElementById('app');
if (root)
  createRoot(root).render(
    <StrictMode>
      {/* The page's policy has no 'unsafe-inline': the primitives must not write style tags. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
          <AgainLater />
          <ProofLater />
          <LeavingDialog />
          <Toasts />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
