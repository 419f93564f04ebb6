/**
 * The policy file: YAML or JSON in, every fault at once, canonical YAML out. The only place that
 * knows SnakeYAML.
 */
package io.postern.policy.yaml;
