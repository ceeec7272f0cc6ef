/**
 * The film that opens lesson 6 before anything is drawn in the page: one digit, drawn by two experts in turn
 * (`npm run pretrain -- experts-film`). Only looked at, hence in 8 bits.
 */
import { encodeFilms, type Film } from '../src/data/recordedFilm';
