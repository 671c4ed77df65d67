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
import { onFocus, onKey } from './keys/manager.ts';
import { makeClient, makeRouter } from './router.tsx';
import { paint } from './ui/theme.ts';
import { Toasts } from './ui/toast.tsx';

paint();
const client = makeClient();
const router = makeRouter(client);
addEventListener('keydown', onKey);
addEventListener('focusin', onFocus);

const root = document.getElementById('app');
if (root)
  createRoot(root).render(
    <StrictMode>
      {/* The page's policy has no 'unsafe-inline': the primitives must not write style tags. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
          <Toasts />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
