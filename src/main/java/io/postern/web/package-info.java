/**
 * The pages: server-rendered, for people. They ask the services below for everything and nobody
 * depends on them.
 */
package io.postern.web;
