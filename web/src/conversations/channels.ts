import { FileText, type LucideIcon, Mail, MessageCircle } from 'lucide-react';
import { t } from '../language/index.ts';

/** What a channel is called, and how it is drawn, wherever one is named. */
export const channelName = (channel: string): string =>
  ({ chat: t('Live chat'), form: t('Web form') })[channel] ?? t('E-mail');
export const channelIcon = (channel: string): LucideIcon => ({ chat: MessageCircle, form: FileText })[channel] ?? Mail;
