/** The story of one change on one machine, told with real processes and real SMTP. */
package io.postern.cli.demo;
