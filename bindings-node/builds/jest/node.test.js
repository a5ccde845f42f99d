/** @jest-environment node */
require('./plain.js');
