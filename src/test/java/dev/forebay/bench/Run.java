package dev.forebay.bench;

/** What all measurements of a run share. */
record Run(Plan plan, Stage stage, Load load, Figures figures) {}
