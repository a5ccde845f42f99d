// The table of the page of hosts is the one that tests are made from.

import { test } from 'node:test';
import { checkPage } from './matrix';

test('the page shows what is tested', checkPage);
