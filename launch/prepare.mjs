import { build } from './build.mjs';
import { install } from './install.mjs';

// Everything a first start would do before it starts anything: for images and for upgrades without downtime.
build(install());
