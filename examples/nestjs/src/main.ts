// The server: `node dist/main.js`. With `PORT=0` it takes a free port, and says which in its log.

import 'reflect-metadata';
import { serve } from './serve.js';
import { AppModule } from './app.module.js';

await serve(AppModule);
