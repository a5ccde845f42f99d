/** @jest-environment jsdom */
require('./plain.js');
