package io.postern.policy.yaml;

import io.postern.policy.EntryKind;

/**
 * One entry that is to be read.
 *
 * @param name of an address set; null for the other kinds, which hold their key themselves
 * @param pointer where faults point to
 */
record EntryItem(EntryKind kind, String name, YamlNode node, String pointer) {}
